from .load_drawing import LoadDrawing

__all__ = ['LoadDrawing']
